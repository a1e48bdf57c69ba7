//! The rows of `conformance/vectors/errors.csv`: each is provoked here, or says why it is not.

mod buckets;
mod multipart;
mod objects;
mod scenes;
mod table;
