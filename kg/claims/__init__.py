"""The stage that makes claims of mentions: requirements, steps between roles, statements.

    collaboration  Claims that a role works together with others: "collaborate with data scientists and product managers"
    ladder         Steps of a career, from role to role: rungs listed one under another, and steps said in words
    links          Link claims: what a document says that a role requires, does, faces, works with and leads to
    modality       How strongly a passage asks for what it names: required, preferred, or only mentioned
    proficiency    How well a skill or tool is to be mastered, by the words in its own phrase or in what introduces its list
    requirements   Claims that a role requires a skill or tool: how strongly, how well, and what is an alternative to what
    statements     Statements: responsibilities, practices, challenges and trends of a role, and which solution answers which challenge
"""
