def results(*a): return []
def notes(p): return []
