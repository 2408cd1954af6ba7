"""The parts that one sees: they draw what they are given and post what was pressed. None knows a client or a store."""
