/** Requests that cannot be taken back, while nobody knows yet what came of them. */
export class UnderWay {
    private readonly words = new Set<() => string>();

    /**
     * @param words told when the process ends before what has begun: what may be there, and how to find out
     * @returns to be called once it is known what came of it
     */
    begin(words: () => string): () => void {
        this.words.add(words);
        return () => void this.words.delete(words);
    }

    /** What is to be told if the process ended now. */
    get left(): readonly string[] {
        return [...this.words].map((words) => words()).filter((words) => words !== "");
    }
}
