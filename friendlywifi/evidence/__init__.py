"""What a check leaves so that somebody who trusts nobody can work it out again."""
