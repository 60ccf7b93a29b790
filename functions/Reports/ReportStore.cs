using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;

namespace Serverless.Reports;

/// <summary>
/// The reports: <c>reports/&lt;date&gt;/report.json</c>, <c>.csv</c> and <c>.html</c>. What is there is never written again.
/// </summary>
internal sealed class ReportStore(Containers containers)
{
    /// <summary>The container.</summary>
    public const string Container = "reports";

    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>Stores a file, unless it is there.</summary>
    public async Task AddAsync(DateOnly date, ReportFormat format, BinaryData content, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Container, cancellationToken);
        try
        {
            await container.GetBlobClient(NameOf(date, format)).UploadAsync(
                content,
                new BlobUploadOptions
                {
                    HttpHeaders = new BlobHttpHeaders { ContentType = format.ContentType },
                    Conditions =
                    new BlobRequestConditions { IfNoneMatch = ETag.All }
                },
                cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Somebody made it first: theirs is the report.
        }
    }

    /// <summary>Reads a file; null when it is not there.</summary>
    public async Task<BinaryData?> FindAsync(DateOnly date, ReportFormat format, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Container, cancellationToken);
        try
        {
            return (await container.GetBlobClient(NameOf(date, format)).DownloadContentAsync(cancellationToken)).Value.Content;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The days whose report is whole, the first first.</summary>
    public async Task<IReadOnlyList<DateOnly>> ListAsync(CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Container, cancellationToken);
        var days = new List<DateOnly>();
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            // The page is written last.
            if (blob.Name.EndsWith($"/{ReportFormat.Html.File}", StringComparison.Ordinal)
                && TryReadDate(blob.Name.Split('/')[0], out var date)) days.Add(date);
        }

        return days;
    }

    /// <summary>A date as it is written in names: <c>2026-01-31</c>.</summary>
    public static string Write(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads such a date.</summary>
    public static bool TryReadDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static string NameOf(DateOnly date, ReportFormat format) => $"{Write(date)}/{format.File}";
}
