using Serverless.Csv.Keys;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Hashes that many keys share, and no key short enough to do without.</summary>
internal static class WeakHashing
{
    /// <param name="values">How many hashes there are.</param>
    public static KeyHashing Of(uint values) => new(MaxInline: 0, text =>
    {
        var sum = 0u;
        foreach (var c in text) sum = (sum * 31) + c;
        return sum % values;
    });
}
