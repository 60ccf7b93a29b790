using System.Globalization;

namespace Serverless.CsvJobs.Run;

/// <summary>The names of a job's part blobs.</summary>
internal static class Parts
{
    public static string BuildRejectsName(long start, long first) => Of(start, first) + ".rejects";

    public static string BuildStatisticsName(long start, long first) => Of(start, first) + ".json";

    public static string BuildFooterName(long start, long first) => Of(start, first) + ".footer";

    public static string Fold(int fold) => string.Create(CultureInfo.InvariantCulture, $"fold-{fold:D6}.json");

    private static string Of(long start, long first) => string.Create(CultureInfo.InvariantCulture, $"{start:x16}-{first:x16}");
}
