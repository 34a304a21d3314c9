"""Populations made from what a policy asks and where it turns. Needs numpy and pyarrow (the extra [batch])."""
