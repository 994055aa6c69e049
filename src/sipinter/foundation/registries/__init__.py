"""The only ways up: a lower room states what it asks for, a higher room registers its answer in `apps.ready`.

`slots`: a page names a place, higher rooms fill it. `announcements`: a service says that something has
happened, higher rooms queue work for it. `providers`: a lower room asks a question that a higher one answers.
What is stated is an object beside the page or service that uses it; nothing is found by its name.
"""
