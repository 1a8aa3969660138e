"""Options that several commands share: a group, a decorator and a frozen value per file."""
