/** Names that OpenShift AI fixes. */

/** The namespace of OpenShift AI's components. */
export const APPLICATIONS_NAMESPACE = "redhat-ods-applications";
