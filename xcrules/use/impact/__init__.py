"""What an amendment or a reading costs, over many enterprises. Nothing is printed or written here."""
