"""What every stage may import; imports no other stage."""
