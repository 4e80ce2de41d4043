import catalogue from "../../catalogue/gpu/instances.json";
import { heading, table } from "./table";

type InstanceType = (typeof catalogue.types)[number];

/** The instance types that a pool may have, as a page. */
export function instanceTypesPage(): string {
    const regions = Object.keys(catalogue.types[0]!.onDemandUsdPerHour);
    return `${heading("Instance types", "catalogue/gpu/instances.json")}
\`gpu.pools[].instanceType\` is one of these ([settings](settings/gpu.md)). Dollars an hour on demand, Linux, of ${catalogue.date}; an empty cell
is a price that is not known, and \`none\` says that the region was looked at and does not list the type. The plan adds up the month.

- Capability: CUDA compute capability, which [models](catalogue-models.md) require.
- EFA: Elastic Fabric Adapters, for models on several nodes.

${table(
    ["Type", "GPUs", "GPU", "Memory of a GPU", "Capability", "vCPU", "Memory", "EFA", ...regions],
    (catalogue.types as readonly InstanceType[]).map((type) => [
        `\`${type.type}\``,
        String(type.gpus),
        type.gpuModel,
        `${type.gpuMemoryGiB} GiB`,
        type.computeCapability,
        String(type.vcpu),
        `${type.memoryGiB} GiB`,
        type.efaInterfaces === 0 ? "" : String(type.efaInterfaces),
        ...regions.map((region) => price(type, region)),
    ]),
)}

${catalogue.source}
`;
}

function price(type: InstanceType, region: string): string {
    const known = (type.onDemandUsdPerHour as Readonly<Record<string, number | null>>)[region];
    return typeof known === "number" ? known.toFixed(3) : (type.notListedIn as readonly string[]).includes(region) ? "none" : "";
}
