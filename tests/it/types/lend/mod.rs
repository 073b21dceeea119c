//! What is lent, or taken by value, from a container.

mod iter_borrowed;
mod loaded;
mod owned_view;
