"""The command line: `rolegraph COMMAND`.

    main      the application and its list of commands
    shared    common options, errors, output
    building  build, validate
    answers   query, export, diff, info
    reading   explain, candidates, evaluate
    keeping   verify, rollback, backup, restore
    serving   serve, settings
    ontology  ontology format, check, stats, link: commands about the ontology's own files
    links     ontology link: links to what others publish
"""
