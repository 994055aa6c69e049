"""What a page says once a step of the desk or the plenary has been taken."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

DONE: dict[str, Promise] = {
    "claim": lazy("You took up this assessment. The first indicator is open."),
    "return_for_clarification": lazy("The assessment went back to the agency with your questions."),
    "resume_verification": lazy("Verification goes on without an answer."),
    "finish_verification": lazy("Verification is finished. The coordinator reads it now."),
    "sign_off": lazy("The assessment was signed off. It waits for the plenary."),
    "return_to_verifier": lazy("The assessment went back to the verifier with your reason."),
    "publish": lazy("The result was published. It stands in the register now."),
    "return_from_plenary": lazy("The assessment went back to final verification with your reason."),
    "reject_objection": lazy("The objection was rejected. The decision holds."),
}
