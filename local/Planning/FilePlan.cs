using System.Globalization;
using System.Text.Json;
using Serverless.Csv.Schema;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Preview;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;

namespace Serverless.Local.Planning;

/// <summary>A forecast of cleaning a file, beside what it took before.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Records">Its records, about.</param>
/// <param name="Rejected">How many of them will be rejected, about.</param>
/// <param name="Seconds">How long its ranges will take; null for an empty file.</param>
/// <param name="IsMeasured">The time is that of earlier jobs; else it is that of a sample, without storage.</param>
/// <param name="Forecast">What the job will do.</param>
/// <param name="Earlier">What jobs of this file took, the newest first.</param>
internal sealed record FilePlan(
    string File, long Bytes, int Columns, long Records, long Rejected, double? Seconds, bool IsMeasured, CsvForecast Forecast,
    IReadOnlyList<EarlierJob> Earlier)
{
    private const int ShownJobs = 2;
    private const int LookedAt = 100;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The price of the job on Azure, in US dollars.</summary>
    public decimal AzureUsd => Math.Round(AzureCost.Of(Forecast, TimeSpan.FromSeconds(Seconds ?? 0)), 4);

    /// <exception cref="CommandFailedException">The file cannot be read, or does not fit the schema.</exception>
    public static async Task<FilePlan> MakeAsync(
        SourceFile file, CsvJobOptions options, TableSchema? schema, JobCatalog? past, TimeProvider time,
        CancellationToken cancellationToken)
    {
        CsvSample sample;
        try
        {
            sample = await CsvSample.TakeAsync(file, options, schema, time, cancellationToken);
        }
        catch (CsvJobException e)
        {
            throw new CommandFailedException(e.Message, e);
        }

        var isSequential = sample.Facts.IsSequential;
        var measured = past is null
            ? null : await past.FindSpeedAsync(
                CsvSpeeds.KindOf(options.Output, isSequential), CsvSpeeds.LikeOf(sample.Facts.Schema.ToJson()), cancellationToken);
        var share = sample.Bytes == 0 ? 0 : file.Length / (double)sample.Bytes;
        var rejected = (long)(sample.Rejected * share);
        var forecast = CsvForecast.Of(
            new(file.Length, isSequential, (long)(sample.OutputBytes * share), rejected, options, measured), new CsvSettings());

        // The sample had a core to itself.
        var alone = sample.Speed?.EstimateTime(file.Length) / Math.Min(forecast.Parallel, Environment.ProcessorCount);
        return new FilePlan(
            file.Name, file.Length, sample.Facts.Schema.Fields.Count, (long)(sample.Records * share), rejected,
            (forecast.Time ?? alone)?.TotalSeconds, measured is not null, forecast, past is null
                ? [] : await FindEarlierAsync(past, file, cancellationToken));
    }

    public void Show(IScreen screen, bool asJson)
    {
        if (asJson)
        {
            screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(this, Json)));
            return;
        }

        screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{File}: {Sizes.Format(Bytes)}, {Columns} columns"));
        screen.WriteLine();
        var earlier = Earlier.Take(ShownJobs).ToList();
        screen.WriteTable(["", "Planned", .. earlier.Select(job => $"Took {Texts.FormatTime(job.At)}")],
        [
            ["Time", Seconds is { } seconds
                ? Texts.FormatDuration(TimeSpan.FromSeconds(seconds))
                    : "", .. earlier.Select(job => Texts.FormatDuration(TimeSpan.FromSeconds(job.Seconds)))],
            ["Records", Texts.FormatNumber(Records), .. earlier.Select(job => Texts.FormatNumber(job.Records))],
            ["Rejected", Texts.FormatNumber(Rejected), .. earlier.Select(job => Texts.FormatNumber(job.Rejected))],
            .. Figures().Select(figure => (string[])[figure.Name, figure.Value, .. earlier.Select(_ => "")]),
        ]);
        screen.WriteLine();
        screen.WriteLine(
            IsMeasured
                ? "The time is what earlier jobs took for as many bytes."
                    : "No job like it was measured yet: the time is that of a sample on this machine, without storage.");
    }

    private IEnumerable<(string Name, string Value)> Figures() =>
    [
        ("Ranges", Texts.FormatNumber(Forecast.Ranges)),
        ("At work at once", Texts.FormatNumber(Forecast.Parallel)),
        ("Activities", Texts.FormatNumber(Forecast.Activities)),
        ("Messages", Texts.FormatNumber(Forecast.Messages)),
        ("Blob reads", Texts.FormatNumber(Forecast.BlobReads)),
        ("Blob writes", Texts.FormatNumber(Forecast.BlobWrites)),
        ("Table requests", Texts.FormatNumber(Forecast.TableRequests)),
        ("Memory", Sizes.Format(Forecast.MemoryBytes)),
        ("Cost on Azure", AzureUsd < 0.01m ? "below 0.01 USD" : string.Create(CultureInfo.InvariantCulture, $"{AzureUsd:0.00} USD")),
    ];

    private static async Task<IReadOnlyList<EarlierJob>> FindEarlierAsync(
        JobCatalog past, SourceFile file, CancellationToken cancellationToken)
    {
        var jobs = await past.ListAsync(LookedAt, cancellationToken);
        return
        [
            .. from job in jobs
               where job.State == CsvJobState.Completed && job.Blob.EndsWith($"/{file.BlobPath}", StringComparison.Ordinal)
                   && job.EndedAt is not null
               select new EarlierJob(
                   job.Id, job.CreatedAt, (job.EndedAt!.Value - job.CreatedAt).TotalSeconds, job.Total ?? 0, job.Rejected ?? 0),
        ];
    }
}

/// <summary>A job of the same file.</summary>
/// <param name="Id">The job.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="Seconds">From then to its end.</param>
/// <param name="Records">Its records.</param>
/// <param name="Rejected">Its rejects.</param>
internal sealed record EarlierJob(string Id, DateTimeOffset At, double Seconds, long Records, long Rejected);
