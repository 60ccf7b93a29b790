using System.Text.Json.Nodes;

/// <summary>Compares answers with those of the real host.</summary>
internal static class Recorded
{
    // Recorded with version 1.16 of the extension, which left them out for an instance whose orchestrator is unknown; 1.21 gives them.
    private static readonly string[] Newer = ["rewindPostUri", "restartPostUri"];

    /// <summary>0 when all are equal; each that is not is printed.</summary>
    public static int Compare(string expectedPath, string answersPath)
    {
        var expected = JsonNode.Parse(File.ReadAllText(expectedPath))!.AsObject();
        var answers = JsonNode.Parse(File.ReadAllText(answersPath))!.AsObject();
        var differing = expected.Where(e => !JsonNode.DeepEquals(Older(e.Value, answers[e.Key]), answers[e.Key])).ToList();
        foreach (var (name, value) in differing)
            Console.WriteLine($"\n{name} differs\n  expected {value?.ToJsonString()}\n  got      {answers[name]?.ToJsonString()}");
        Console.WriteLine($"\n{expected.Count - differing.Count} of {expected.Count} as on the real host");
        return differing.Count == 0 ? 0 : 1;
    }

    private static JsonNode? Older(JsonNode? expected, JsonNode? answer)
    {
        if (expected is not JsonArray { Count: 2 } recorded || recorded[1] is not JsonObject || answer?[1] is not JsonObject got)
            return expected;
        var taken = (JsonArray)expected.DeepClone();
        foreach (var name in Newer)
        {
            if (((JsonObject)taken[1]!).TryGetPropertyValue(name, out var value) && value is null && got[name] is { } given)
                taken[1]![name] = given.DeepClone();
        }

        return taken;
    }
}
