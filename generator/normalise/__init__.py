"""The corrected document, brought into the form that openapi-python-client reads best.

Each function in RULES is one correction that an overlay cannot express, because it computes something. No
rule knows an operation by its name.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from ..document.openapi import Document, Node
from ..document.validation import problems
from ..errors import GeneratorError, refuse
from . import enums, examples, extensions, lists, operations, schemas, texts

Rule = Callable[[Document], None]

# In their order, each with the reason for its place.
RULES: tuple[Rule, ...] = (
    operations.leave_out_hidden,
    texts.clean_texts,  # early: every later rule copies texts
    examples.check_examples,  # before operations forget the responses that are errors
    schemas.keep_published_names,  # before rules that make components of their own
    operations.write_out_operations,  # later rules find parameters, bodies and responses in the operations
    schemas.drop_unused_schemas,  # before names are given: nothing gives way to what nobody uses
    schemas.say_deprecated,
    schemas.check_schemas,  # later rules follow references without a look
    schemas.wrap_references,  # a reference and what stands beside it are one form from here on
    schemas.gather_compositions,
    schemas.leave_hard_schemas_open,  # after compositions have one form
    schemas.tidy_alternatives,  # after those with fields beside alternatives are plain JSON
    schemas.share_response_schemas,  # before the parts of two equal responses get names of their own
    examples.mark_absent_fields,
    lists.split_comma_separated,  # before enums are named: the values of a list are those of its elements
    lists.list_available_values,
    schemas.simplify_types,
    schemas.move_null_to_references,  # before enums are shared: null does not count among their values
    schemas.keep_null_out_of_parameters,
    schemas.name_objects,
    enums.share_enums,  # an enum inside an object that has a name now is called after it
    schemas.flatten_compositions,  # both parts of a composition refer to one enum or object now
    schemas.write_out_bodies,  # bodies share components with responses, and not what these require
    extensions.describe_bodies,  # a body requires less of an object than a response
    schemas.require_response_fields,  # before keysets are looked for: these need fields that are always there
    schemas.order_alternatives,
    extensions.name_methods,  # before operations are described: their texts name methods too
    extensions.describe_operations,  # reads defaults, and needs every name
    schemas.drop_defaults,
    enums.keep_order,
    schemas.drop_unused_schemas,
    schemas.rename_reserved_schemas,  # last: a schema that went has no name to give up
)


def normalise(corrected: Node) -> Document:
    """Return a new document for the generator; the given one stays as it is.

    Raises:
        GeneratorError: The document has something that the SDK cannot do; names its place.
    """
    document = Document(copy.deepcopy(corrected))
    for rule in RULES:
        try:
            rule(document)
        except GeneratorError:
            raise
        except Exception as error:
            refuse(f"{problem}; correct it in overlay.yaml" for problem in problems(corrected))
            raise GeneratorError(f"{rule.__name__} failed ({type(error).__name__}: {error})") from error
    document.notes.extend(extensions.odd_names(document))
    return document
