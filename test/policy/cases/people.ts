/** Cases of the rules about who may log in and as what. */
import { authPolicy, type Case, deployment, image, k, subscription, UNKNOWN } from "./case";

export const people: Readonly<Record<string, Case>> = {
    "tiers-name-their-groups": {
        good: () => [subscription("premium", 1, 1), authPolicy("premium")],
        broken: [
            {
                what: "a subscription for everybody",
                change: ([s]) => (s.props.spec.owner.groups[0].name = "system:authenticated"),
                says: /^premium-subscription: spec\.owner\.groups\[0\]\.name: system:authenticated gives everybody the tier premium; name its own group, or list the tier under open$/,
            },
            {
                what: "a policy for everybody",
                change: ([, a]) => (a.props.spec.subjects.groups[0].name = "system:authenticated:oauth"),
                says: /spec\.subjects\.groups\[0\]\.name/,
            },
            {
                what: "an open tier renamed",
                change: (all) => {
                    all.push(subscription("free", 1, 1, ["system:authenticated"]));
                    all[2].props.metadata.name = "paid";
                },
                says: /^free-subscription: spec\.owner\.groups\[0\]\.name: system:authenticated gives everybody the tier paid; name its own group, or list the tier under open$/,
            },
            {
                what: "the free tier for everybody, where no tier is open",
                change: ([s]) => ((s.props.metadata.name = "free"), (s.props.spec.owner.groups[0].name = "system:authenticated")),
                says: /^premium-subscription: spec\.owner\.groups\[0\]\.name: system:authenticated gives everybody the tier free; name its own group, or list the tier under open$/,
                config: { open: [] },
            },
            {
                what: "a tier for everybody whose name is not known, where no tier is open",
                change: ([s]) => (
                    (s.props.metadata.name = UNKNOWN),
                    (s.props.spec.owner.groups[0].name = "system:authenticated")
                ),
                says: /^premium-subscription: spec\.owner\.groups\[0\]\.name: system:authenticated gives everybody the tier \(name not known yet\); name its own group, or list the tier under open$/,
                config: { open: [] },
            },
        ],
        accepted: [
            {
                what: "the free tier for everybody",
                change: ([s]) => ((s.props.metadata.name = "free"), (s.props.spec.owner.groups[0].name = "system:authenticated")),
            },
            {
                what: "a tier for everybody whose name is not known",
                change: ([s]) => (
                    (s.props.metadata.name = UNKNOWN),
                    (s.props.spec.owner.groups[0].name = "system:authenticated")
                ),
            },
        ],
    },
    "logins-are-kept": {
        good: () => [
            k("config.openshift.io/v1:OAuthPatch", "oauth", {
                metadata: { name: "cluster" },
                spec: { identityProviders: [{ name: "company" }, { name: "ours" }] },
            }),
        ],
        broken: [
            {
                what: "the company's dropped",
                change: ([o]) => o.props.spec.identityProviders.shift(),
                says: /^oauth: spec\.identityProviders: the list removes company, and their users can no longer log in; include them$/,
            },
            {
                what: "all dropped",
                change: ([o]) => (o.props.spec.identityProviders = []),
                says: /^oauth: spec\.identityProviders: the list removes company, and their users can no longer log in; include them$/,
            },
            {
                what: "the whole object",
                change: ([o]) => ((o.type = "kubernetes:config.openshift.io/v1:OAuth"), o.props.spec.identityProviders.shift()),
                says: /^oauth: spec\.identityProviders: the list removes company, and their users can no longer log in; include them$/,
            },
            {
                what: "the company's replaced by another",
                change: ([o]) => (o.props.spec.identityProviders[0].name = "other"),
                says: /^oauth: spec\.identityProviders: the list removes company, and their users can no longer log in; include them$/,
            },
            {
                what: "one of two replaced by one that is not known",
                change: ([o]) => (o.props.spec.identityProviders = [{ name: UNKNOWN }]),
                says: /^oauth: spec\.identityProviders: the list removes lab, and their users can no longer log in; include them$/,
                config: { known: ["company", "lab"] },
            },
            {
                what: "a list, where it is not said which there are",
                change: ([o]) => (o.props.spec.identityProviders[1].name = UNKNOWN),
                says: /^oauth: spec\.identityProviders: the list replaces all identity providers of the cluster by company, \(name not known yet\); list the existing ones under known and include them$/,
                config: { known: [] },
            },
            {
                what: "an empty list, where it is not said which there are",
                change: ([o]) => (o.props.spec.identityProviders = []),
                says: /^oauth: spec\.identityProviders: the list replaces all identity providers of the cluster by none; list the existing ones under known and include them$/,
                config: { known: [] },
            },
        ],
        accepted: [
            { what: "another order", change: ([o]) => o.props.spec.identityProviders.reverse() },
            { what: "a patch of something else", change: ([o]) => (o.props.spec = { templates: {} }) },
        ],
        config: { known: ["company"] },
    },
    "grafana-requires-login": {
        good: () => [
            k("grafana.integreatly.org/v1beta1:Grafana", "grafana", {
                spec: { config: { "auth.anonymous": { enabled: "false" }, security: { admin_user: "admin" } } },
            }),
            deployment({ name: "grafana", env: [{ name: "GF_AUTH_ANONYMOUS_ENABLED", value: "false" }] }),
        ],
        broken: [
            {
                what: "everybody",
                change: ([g]) => (g.props.spec.config["auth.anonymous"].enabled = "true"),
                says: /^grafana: spec\.config\["auth\.anonymous"\]\.enabled: true gives anonymous users access; set false$/,
            },
            {
                what: "everybody as admin",
                change: ([g]) => (g.props.spec.config["auth.anonymous"] = { enabled: true, org_role: "Admin" }),
                says: /^grafana: spec\.config\["auth\.anonymous"\]\.enabled: true gives anonymous users access as Admin/,
            },
            {
                what: "a password in plain text",
                change: ([g]) => (g.props.spec.config.security.admin_password = "changeme"),
                says: /^grafana: spec\.config\.security\.admin_password: the password is in plain text; leave it to the operator's Secret$/,
            },
            {
                what: "everybody, by a variable",
                change: ([, d]) => (image(d).env[0].value = "true"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.env\[0\]\.value: GF_AUTH_ANONYMOUS_ENABLED gives anonymous users access/,
            },
        ],
        accepted: [
            { what: "no configuration", change: ([g]) => delete g.props.spec.config },
            {
                what: "a password from a variable",
                change: ([g]) => (g.props.spec.config.security.admin_password = "${PASSWORD}"),
            },
            { what: "another variable", change: ([, d]) => (image(d).env[0] = { name: "DEBUG", value: "true" }) },
        ],
    },
    "few-cluster-admins": {
        silent: /subjects\.\d+\.name/,
        good: () => [
            k("rbac.authorization.k8s.io/v1:ClusterRoleBinding", "binding", {
                roleRef: { name: "view" },
                subjects: [{ kind: "ServiceAccount", name: "sa", namespace: "n" }],
            }),
            k("rbac.authorization.k8s.io/v1:ClusterRoleBinding", "admins", {
                roleRef: { name: "cluster-admin" },
                subjects: [
                    { kind: "Group", name: "listed" },
                    { kind: "ServiceAccount", name: "deployer", namespace: "ci" },
                ],
            }),
        ],
        broken: [
            {
                what: "somebody who is not listed",
                change: ([, b]) => (b.props.subjects[0].name = "mallory"),
                says: /^admins: subjects\[0\]: mallory becomes cluster-admin; bind a role of the namespace, or list the subject under admins$/,
            },
            {
                what: "a service account of another namespace than the listed one",
                change: ([, b]) => (b.props.subjects[1].namespace = "n"),
                says: /^admins: subjects\[1\]: n:deployer becomes cluster-admin; bind a role of the namespace, or list the subject under admins$/,
            },
            {
                what: "the Group of identity.admins, where nobody is listed",
                change: ([, b]) => (b.props.subjects = [{ kind: "Group", name: "platform-admins" }]),
                says: /^admins: subjects\[0\]: platform-admins becomes cluster-admin/,
                config: { admins: [] },
            },
            {
                what: "somebody who is not known, where nobody is listed",
                change: ([, b]) => (b.props.subjects = [{ kind: "User", name: UNKNOWN }]),
                says: /^admins: subjects\[0\]: \(name not known yet\) becomes cluster-admin; bind a role of the namespace, or list the subject under admins$/,
                config: { admins: [] },
            },
            {
                what: "cluster-admin",
                change: ([b]) => (b.props.roleRef.name = "cluster-admin"),
                says: /subjects\[0\]: n:sa becomes/,
            },
        ],
        accepted: [
            {
                what: "the Group of identity.admins, where nothing is configured",
                change: ([, b]) => (b.props.subjects = [{ kind: "Group", name: "platform-admins" }]),
                config: {},
            },
            {
                what: "a listed admin",
                change: ([b]) => (
                    (b.props.roleRef.name = "cluster-admin"),
                    (b.props.subjects = [{ kind: "Group", name: "listed" }])
                ),
            },
        ],
        config: { admins: ["listed", "ci:deployer"] },
        may: ["listed", { kind: "Group", name: "listed" }, []],
    },
};
