"""What every training needs: devices that share its steps, and checkpoints."""
