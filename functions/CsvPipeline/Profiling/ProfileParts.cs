using System.Globalization;

namespace Serverless.CsvPipeline.Profiling;

/// <summary>The names of a profile's part blobs.</summary>
internal static class ProfileParts
{
    public static string OfRange(long start, long first) => string.Create(CultureInfo.InvariantCulture, $"{start:x16}-{first:x16}.profile");

    public static string OfFold(int fold) => string.Create(CultureInfo.InvariantCulture, $"fold-{fold:D6}.profile");
}
