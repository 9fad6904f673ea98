//! The people who work with Majlis: four roles, and one table of who may do what.

use std::fmt;
use std::str::FromStr;

use super::comment::UnknownWord;

/// What a member of staff is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Answers the public and moderates.
    Staff,
    /// The same, and adopts what another proposed.
    Approver,
    /// Reads everything, changes nothing.
    Auditor,
    /// Keeps the service running; does not read what the public wrote.
    Operator,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Read comments, their authors and their stories.
    ReadComments,
    /// Hide, unhide, answer, or settle a review.
    ActOnComments,
    /// Let a reply leave that a colleague wrote.
    ApproveReplies,
    /// Read the audit log and its checkpoints.
    ReadAudit,
    /// See how the sources and the queue are, and which documents are in force.
    ReadService,
    /// Erase content by law, and place and lift legal holds.
    EraseContent,
    /// Propose a policy or a calendar.
    ProposeDocuments,
    /// Adopt a policy or a calendar that another proposed.
    AdoptDocuments,
}

impl Right {
    /// The word for it in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Right::ReadComments => "read_comments",
            Right::ActOnComments => "act_on_comments",
            Right::ApproveReplies => "approve_replies",
            Right::ReadAudit => "read_audit",
            Right::ReadService => "read_service",
            Right::EraseContent => "erase_content",
            Right::ProposeDocuments => "propose_documents",
            Right::AdoptDocuments => "adopt_documents",
        }
    }

    /// Whether using it changes anything.
    pub fn changes(self) -> bool {
        match self {
            Right::ReadComments | Right::ReadAudit | Right::ReadService => false,
            Right::ActOnComments
            | Right::ApproveReplies
            | Right::EraseContent
            | Right::ProposeDocuments
            | Right::AdoptDocuments => true,
        }
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [Role::Staff, Role::Approver, Role::Auditor, Role::Operator];

    /// The table: whether this role has that right.
    pub fn may(self, right: Right) -> bool {
        use Role::{Approver, Auditor, Operator, Staff};
        let holders: &[Role] = match right {
            Right::ReadComments => &[Staff, Approver, Auditor],
            Right::ActOnComments => &[Staff, Approver],
            Right::ReadAudit => &[Approver, Auditor, Operator],
            Right::ReadService => &Role::ALL,
            Right::EraseContent => &[Approver, Operator],
            Right::ProposeDocuments => &[Staff, Approver, Operator],
            Right::ApproveReplies | Right::AdoptDocuments => &[Approver],
        };
        holders.contains(&self)
    }

    /// The word for it on the command line, in columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Staff => "staff",
            Role::Approver => "approver",
            Role::Auditor => "auditor",
            Role::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == word)
            .ok_or_else(|| UnknownWord::new("role", word, Role::ALL.map(Role::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_reads_everything_and_changes_nothing() {
        assert!(Role::Auditor.may(Right::ReadComments) && Role::Auditor.may(Right::ReadAudit));
        for right in
            [Right::ActOnComments, Right::EraseContent, Right::ProposeDocuments, Right::AdoptDocuments]
        {
            assert!(!Role::Auditor.may(right), "{right:?}");
        }
    }

    #[test]
    fn an_operator_does_not_read_what_the_public_wrote() {
        assert!(Role::Operator.may(Right::ReadService));
        assert!(!Role::Operator.may(Right::ReadComments) && !Role::Operator.may(Right::ActOnComments));
    }

    #[test]
    fn every_role_is_read_back_from_its_word() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
    }
}
