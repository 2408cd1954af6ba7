"""What can be done with customers: the verbs of both faces, which show nothing and ask nobody."""
