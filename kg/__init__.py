"""RoleGraph: documents about roles become a knowledge graph whose every fact leads back to the words that state it."""
