"""The stage that finds quantities: money, percentages, counts, durations and periods.

    amounts   The words of amounts, compiled from the vocabulary: what may stand before, between and after numbers
    atoms     One number with what stands directly around it, before it becomes a figure or an end of one
    finder    Finds figures with their units: money, percentages, counts, lengths of time, periods
    numerals  Numerals as texts write them, in the separators of several locales
    periods   Dates and periods: years, months, days, "from 2022 to 2032", "2024–34", "by 2030", "the past year"
"""
