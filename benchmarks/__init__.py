"""What the package promises in numbers; `make bench` prints them."""
