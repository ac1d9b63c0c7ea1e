"""From the claims of all documents to what they come to.

* `facts`       everything, over one store: groups of statements, then the rules in their order
* `statements`  statements that say the same thing become one individual
* `change`      what a graph loses and gains
* `views`       lookups that are remembered, in a store and in what a change makes of it
* `rules`       the rules of `ontology/rules/*.rq`, and their aggregates
* `slices`      what the rules look at to say something of a subject
* `keyed`       what one process or machine makes of some documents' lines, and of the claims of some subjects
* `aggregation` everything by these, for a graph of any size
* `restated`    after a change of some documents: what statements express
* `renewal`     after a change of some documents: the subjects whose facts can differ, and how they do

A rule speaks of one subject at a time: its claims, the passages that they rest on, the terms that these name. So what a
change of documents can change is known, and subjects can be worked on apart, by several processes or machines.
"""
