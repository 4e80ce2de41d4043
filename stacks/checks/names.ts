/** Names of users and Groups, as OpenShift's API server checks them. */

/**
 * Users of the system whose names have a colon. Such a name is written in base64 where a Group lists it
 * (catalogue/members.ts); all others with a colon are names that no user of OpenShift can have.
 */
const SYSTEM_USER = /^(kube:admin|system:serviceaccount:[^:]+:[^:]+|b64:.+)$/;

/**
 * The problem with the name of a user, in words; undefined if there is none. Spaces, capitals and any other characters are
 * right. Source: openshift/apiserver-library-go@112ef95500de:pkg/apivalidation/uservalidation.go,
 * kubernetes/apimachinery@v0.34.1:pkg/api/validation/path/name.go.
 */
export function userNameProblem(name: string): string | undefined {
    if (name.includes(":") && !SYSTEM_USER.test(name)) {
        return "a name with a colon is one of the system (kube:admin, system:serviceaccount:<namespace>:<name>) or begins with b64:";
    }
    return pathSegmentProblem(name);
}

/**
 * The problem with the name of a Group that is created, in words. Names that begin with `system:` are virtual. Source: as
 * above.
 */
export function groupNameProblem(name: string): string | undefined {
    if (name.includes(":")) {
        return "a Group that is created has no colon in its name";
    }
    return pathSegmentProblem(name);
}

/** The API server reaches an object by its name in a path. */
function pathSegmentProblem(name: string): string | undefined {
    if (name === "." || name === ".." || name === "~") {
        return "OpenShift keeps this name for itself";
    }
    return /[/%]/.test(name) ? "OpenShift refuses / and % in names" : undefined;
}
