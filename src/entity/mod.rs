//! Named entities and roles: mentions of PER ORG LOC LAW WORK NEV ROL.
