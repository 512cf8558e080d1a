"""What a release is: which rows, how an image is drawn, the table, the manifest."""
