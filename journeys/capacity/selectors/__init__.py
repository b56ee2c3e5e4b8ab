"""What capacity's pages show."""
