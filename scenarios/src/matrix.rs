//! Expands a story's `[matrix]`: every combination of the axes' values becomes a case. Used by the loader.
//!
//! An axis is written into the text: `"$axis"` (with its quotes) becomes the value in TOML, and `$axis` inside a longer
//! string becomes the value's text; `$axis.field` names a field of an axis whose values are tables. Working on the text
//! keeps the line numbers of error messages true.

use toml::Value;

/// One combination of axis values.
pub type Combination = Vec<(String, Value)>;

/// Every combination of the axes, the last axis changing fastest. No axes give the one empty combination.
///
/// # Errors
/// An axis that is no array, or an empty one.
pub fn combinations(matrix: &toml::Table) -> Result<Vec<Combination>, String> {
    // `$part` would also be found within `$parts`.
    if let Some((short, long)) =
        matrix.keys().zip(matrix.keys().skip(1)).find(|(a, b)| b.starts_with(a.as_str()))
    {
        return Err(format!("matrix axis `{short}` begins the name of axis `{long}`: rename one"));
    }
    let mut all = vec![Combination::new()];
    for (axis, values) in matrix {
        let values = values.as_array().filter(|values| !values.is_empty());
        let values =
            values.ok_or_else(|| format!("matrix axis `{axis}` must be an array with at least one value"))?;
        all = all
            .iter()
            .flat_map(|combination| {
                values.iter().map(|value| {
                    let mut longer = combination.clone();
                    longer.push((axis.clone(), value.clone()));
                    longer
                })
            })
            .collect();
    }
    Ok(all)
}

/// The story's text with one combination written into it.
pub fn substitute(text: &str, combination: &Combination) -> String {
    let mut text = text.to_owned();
    for (axis, value) in combination {
        for (field, value) in value.as_table().into_iter().flatten() {
            text = write_in(&text, &format!("${axis}.{field}"), value);
        }
        text = write_in(&text, &format!("${axis}"), value);
    }
    text
}

fn write_in(text: &str, name: &str, value: &Value) -> String {
    text.replace(&format!("\"{name}\""), &value.to_string()).replace(name, &label(value))
}

/// A value as it stands in a case's name: short, without quotes and spaces. A table is its field `name`, if it has one.
pub fn label(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(label).collect::<Vec<_>>().join("+"),
        Value::Table(table) => {
            table.get("name").map_or_else(|| table.values().map(label).collect::<Vec<_>>().join("/"), label)
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> toml::Table {
        toml::from_str(text).expect("the test's TOML is right")
    }

    #[test]
    fn two_axes_give_every_pair() {
        let all = combinations(&table("a = [1, 2]\nb = ['x', 'y', 'z']")).unwrap();
        assert_eq!(all.len(), 6);
        assert_eq!(
            substitute("n = \"$a\", s = \"$b\", t = \"<$b>\"", &all[1]),
            "n = 1, s = \"y\", t = \"<y>\""
        );
    }

    #[test]
    fn no_axes_give_the_story_itself() {
        assert_eq!(combinations(&toml::Table::new()).unwrap(), [Combination::new()]);
    }

    #[test]
    fn an_axis_without_values_is_refused() {
        assert!(combinations(&table("a = []")).unwrap_err().contains("`a`"));
        assert!(combinations(&table("a = 3")).is_err());
    }

    #[test]
    fn fields_of_a_table_are_named_by_a_dot() {
        let all = combinations(&table("at = [{ name = 'early', point = 'req.head', n = 3 }]")).unwrap();
        assert_eq!(
            substitute("at = \"$at.point\", n = \"$at.n\", s = \"<$at>\"", &all[0]),
            "at = \"req.head\", n = 3, s = \"<early>\""
        );
    }

    #[test]
    fn lists_keep_their_toml_form_as_a_value_and_a_short_name() {
        let all = combinations(&table("parts = [[1, 2]]")).unwrap();
        assert_eq!(substitute("delete = \"$parts\"", &all[0]), "delete = [1, 2]");
        assert_eq!(label(&all[0][0].1), "1+2");
    }
}
