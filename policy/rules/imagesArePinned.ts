import { containers, podKinds } from "../pods";
import { resourceRule } from "../rule";

/** Images have a fixed version and come from an allowed registry. */
export const imagesArePinned = resourceRule<{ registries: readonly string[] }>(
    {
        name: "images-are-pinned",
        title: "Images name a version and come from an allowed registry",
        why: "An image without a tag, or with `latest`, may change at the next restart of the pod, to a version that was not tested.",
        remedy: "Use a tag, or better a digest, of an image in an allowed registry.",
        severity: "medium",
        source: "https://kubernetes.io/docs/concepts/containers/images/",
        config: {
            registries: {
                type: "array",
                items: { type: "string" },
                default: ["registry.redhat.io", "quay.io", "registry.connect.redhat.com", "nvcr.io"],
                description: "Allowed registries, as registry or registry/organization.",
            },
        },
    },
    podKinds,
    (subject, report, { registries }) => {
        for (const { path, value } of containers(subject)) {
            const image: unknown = value["image"];
            if (typeof image !== "string" || image === "") {
                continue;
            }
            const [name = "", digest] = image.split("@");
            const tag = /:([^:/]+)$/.exec(name)?.[1];
            if (digest === undefined && (tag === undefined || tag === "latest")) {
                report(
                    `${path}.image: ${image} ${tag === undefined ? "has no tag" : "has a tag that moves"}, so a restart may run another version; set a version or a digest`,
                );
            }
            if (!registries.some((allowed) => name.startsWith(`${allowed}/`))) {
                report(`${path}.image: ${image} is not from an allowed registry; use one of ${registries.join(", ")}`);
            }
        }
    },
);
