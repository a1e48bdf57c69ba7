//! A case's timeline as a drawing: lanes for client and emulator, arrows for what travels between them.

use std::fmt::Write as _;

use crate::timeline::{Kind, Moment};

/// Height of one moment, in pixels.
const ROW: usize = 22;
/// Where the client's lane stands.
const CLIENT: usize = 300;
/// Where the emulator's lane stands.
const SERVER: usize = 700;
/// Width of the drawing.
const WIDTH: usize = 1080;
/// Where the words on the wire stand.
const MIDDLE: usize = usize::midpoint(CLIENT, SERVER);
/// Height of the headline.
const HEAD: usize = 34;

/// The drawing as SVG.
pub(super) fn storyboard(moments: &[Moment]) -> String {
    let height = HEAD + ROW * (moments.len() + 1);
    let mut svg = String::new();
    put(
        &mut svg,
        format_args!(r#"<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">"#),
    );
    for (x, name) in [(CLIENT, "client"), (SERVER, "emulator")] {
        put(&mut svg, format_args!(r#"<line class="lane" x1="{x}" y1="{HEAD}" x2="{x}" y2="{height}"/>"#));
        put(
            &mut svg,
            format_args!(r#"<text class="head" x="{x}" y="20" text-anchor="middle">{name}</text>"#),
        );
    }
    for (index, moment) in moments.iter().enumerate() {
        draw(&mut svg, moment, HEAD + ROW * (index + 1));
    }
    svg.push_str("</svg>");
    svg
}

fn draw(svg: &mut String, moment: &Moment, y: usize) {
    let (text, base) = (escape(&moment.text), y + 4);
    put(svg, format_args!(r#"<text class="time" x="4" y="{base}">{:.1} ms</text>"#, moment.at_ms));
    match moment.kind {
        Kind::Request => {
            arrow(svg, "go", CLIENT, SERVER, y);
            label(svg, "wire", MIDDLE, y - 4, "middle", &text);
        }
        Kind::Answer | Kind::Refusal => {
            let class = if moment.kind == Kind::Answer { "go" } else { "no" };
            arrow(svg, class, SERVER, CLIENT, y);
            label(svg, "wire", MIDDLE, y - 4, "middle", &text);
        }
        Kind::Lost => {
            put(svg, format_args!(r#"<line class="no" x1="{SERVER}" y1="{y}" x2="{MIDDLE}" y2="{y}"/>"#));
            put(
                svg,
                format_args!(
                    r#"<text class="cross" x="{MIDDLE}" y="{}" text-anchor="middle">✕</text>"#,
                    y + 5
                ),
            );
            label(svg, "wire bad", SERVER - 6, y - 4, "end", &text);
        }
        Kind::Commit => {
            put(svg, format_args!(r#"<circle class="commit" cx="{SERVER}" cy="{y}" r="5"/>"#));
            label(svg, "side", SERVER + 14, base, "start", &text);
        }
        Kind::Fault => {
            put(svg, format_args!(r#"<path class="fault" d="M{SERVER} {} l7 12 h-14 z"/>"#, y - 7));
            label(svg, "side bad", SERVER + 14, base, "start", &text);
        }
        Kind::Call => {
            put(
                svg,
                format_args!(
                    r#"<rect class="call" x="{}" y="{}" width="10" height="14"/>"#,
                    CLIENT - 5,
                    y - 7
                ),
            );
            label(svg, "side strong", CLIENT - 14, base, "end", &text);
        }
        Kind::Act => {
            put(
                svg,
                format_args!(r#"<line class="act" x1="{CLIENT}" y1="{y}" x2="{}" y2="{y}"/>"#, WIDTH - 8),
            );
            label(svg, "side act", CLIENT - 14, base, "end", &text);
        }
        Kind::Progress => label(svg, "side faint", CLIENT - 14, base, "end", &text),
        Kind::Good => label(svg, "side good", CLIENT - 14, base, "end", &text),
        Kind::Bad => label(svg, "side bad", CLIENT - 14, base, "end", &text),
    }
}

fn arrow(svg: &mut String, class: &str, from: usize, to: usize, y: usize) {
    let (tip, back) = if to > from { (to - 2, to - 10) } else { (to + 2, to + 10) };
    put(svg, format_args!(r#"<line class="{class}" x1="{from}" y1="{y}" x2="{tip}" y2="{y}"/>"#));
    put(
        svg,
        format_args!(r#"<path class="{class} tip" d="M{tip} {y} L{back} {} L{back} {} z"/>"#, y - 4, y + 4),
    );
}

fn label(svg: &mut String, class: &str, x: usize, y: usize, anchor: &str, text: &str) {
    put(svg, format_args!(r#"<text class="{class}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>"#));
}

fn put(svg: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = svg.write_fmt(piece);
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_wire_cannot_break_out_of_the_drawing() {
        let moment = Moment { at_ms: 1.0, kind: Kind::Bad, text: "<script>&".into() };
        let svg = storyboard(&[moment]);
        assert!(svg.contains("&lt;script&gt;&amp;") && !svg.contains("<script>"));
    }
}
