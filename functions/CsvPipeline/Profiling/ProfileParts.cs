using System.Globalization;

namespace Serverless.CsvPipeline.Profiling;

/// <summary>What the part blobs of a profile are called.</summary>
internal static class ProfileParts
{
    public static string OfRange(long start, long first) => string.Create(CultureInfo.InvariantCulture, $"{start:x16}-{first:x16}.profile");

    public static string OfFold(int fold) => string.Create(CultureInfo.InvariantCulture, $"fold-{fold:D6}.profile");
}
