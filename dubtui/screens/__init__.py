"""What one does: each screen turns keys into verbs and shows what comes back."""
