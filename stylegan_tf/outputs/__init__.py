"""What drivers write: results that carry a record of what made them, and nothing else touched."""
