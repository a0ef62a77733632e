"""The specification curve: one answer under many defensible choices."""
