"""Who may do what with an opinion of a member: the member, the street's committee, the unit it was given to."""

from typing import Any

import rules

from accounts.rules import is_dwc_of, is_unit_of
from votes.rules.assembly import is_member_of
from votes.states import ASSEMBLY_OPINION


@rules.predicate
def files(actor: Any, opinion: Any) -> bool:
    """A member of the assembly it is filed with, for themselves."""
    if opinion is None:
        return any(fact.is_live for fact in actor.facts.memberships)
    return is_member_of(actor, opinion.assembly_id) and is_own(actor, opinion)


@rules.predicate
def is_own(actor: Any, opinion: Any) -> bool:
    """Its member, also when the term is over: whoever asked may rate the reply."""
    return any(fact.id == opinion.member_id for fact in actor.facts.memberships)


@rules.predicate
def keeps(actor: Any, opinion: Any) -> bool:
    return is_dwc_of(actor, opinion.assembly.organ_id)


@rules.predicate
def handles(actor: Any, opinion: Any) -> bool:
    return opinion.handler_id is not None and is_unit_of(actor, opinion.handler_id)


rules.add_perm("votes.file_assembly_opinion", files)
rules.add_perm("votes.own_assembly_opinion", is_own)
rules.add_perm("votes.keep_assembly_opinion", keeps)
rules.add_perm("votes.handle_assembly_opinion", handles)
rules.add_perm("votes.link_assembly_opinion", is_own | keeps)


@ASSEMBLY_OPINION.guard("first_round", "重新办理的意见不能退回，请答复。")
def is_first_round(opinion: Any, actor: Any) -> bool:
    return opinion.round == 1


@ASSEMBLY_OPINION.guard("unpublished", "这件意见已经公开，或者提出人不同意公开。")
def is_unpublished(opinion: Any, actor: Any) -> bool:
    return opinion.may_publish and not opinion.is_public
