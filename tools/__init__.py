"""Programs for whoever develops gitconfig-tool; none of them is part of what a user installs."""
