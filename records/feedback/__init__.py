"""Reports and suggestions of citizens (phản ánh, kiến nghị): how they are filed, live, and are followed."""

from records.calendar import TIME_ZONE as TIME_ZONE
from records.feedback.codes import canonical_tracking_code as canonical_tracking_code
from records.feedback.filing import FiledFeedback as FiledFeedback
from records.feedback.filing import NewFeedback as NewFeedback
from records.feedback.filing import check_text as check_text
from records.feedback.filing import file_feedback as file_feedback
from records.feedback.life import FeedbackState as FeedbackState
from records.feedback.views import FeedbackView as FeedbackView
from records.feedback.views import find_feedback as find_feedback
