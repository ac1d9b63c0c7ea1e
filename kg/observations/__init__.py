"""The stage that makes claims of quantities: pay, markets, experience, education.

    demands          How strongly a part of a line is asked for, by its own words, the line's, its list's and its heading's
    education        Education: one claim for each set of degrees that is asked for equally, with its fields of study
    experience       Experience: from lengths of time to years asked for, with the area, the level, and the whole that a part belongs to
    figure_subjects  Whose figure it is: the role that a line, a row or the sentence before names, else the role that the passage is about
    figures          Observations: what a document states in figures, and degrees asked for, as claims; every figure left over gets a reason
    market_periods   Which period a market figure is for: that of its line, of its column or caption, or of the line before it
    lines            The figures of a line, each with the words that are its own: from the figure before it to the one after, or its cell
    market_topics    What a market figure is about, in the words of its line or of the line before
    markets          Markets: from percentages, counts and sums of money to claims of growth, number of jobs, market size, share
    pay_qualifiers   What qualifies a pay figure: who states it, who pays it, where, when, and for which stage of a career
    row_roles        Roles that only a table names: the first cell of a row taken as one title ("Software quality assurance analysts and testers")
    salaries         Pay: from a figure of money to a claim with its statistic, component, role, source, employer, place, level and date
    surroundings     Where a figure stands: its part of the line, and from the inside out what stands above the line
    tables           Rows of tables: which header and which caption a cell stands under, and the unit that a column states once
"""
