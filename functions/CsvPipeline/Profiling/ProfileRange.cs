using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Profile;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvPipeline.Profiling;

/// <summary>Reads one range and profiles the records that a CSV job accepts. Doing it twice writes the same.</summary>
internal sealed class ProfileRange(Containers containers, CsvPlans plans, IOptions<CsvSettings> settings, TimeProvider time)
{
    /// <summary>Runs within the time limit of a range.</summary>
    /// <exception cref="TimeoutException">It took too long: a smaller range may not.</exception>
    /// <exception cref="CsvJobException">The file was replaced, or is not what its name says.</exception>
    [Function(nameof(ProfileRange))]
    public async Task<RangeOutcome> RunAsync([ActivityTrigger] RangeTask task, CancellationToken cancellationToken)
    {
        var limit = settings.Value.RangeTimeLimit;
        using var timeLimit = new CancellationTokenSource(limit, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeLimit.Token, cancellationToken);
        try
        {
            return await ProfileAsync(task, any.Token);
        }
        catch (OperationCanceledException e) when (timeLimit.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not end within {limit} (setting Csv__RangeTimeLimit).", e);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private async Task<RangeOutcome> ProfileAsync(RangeTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var input = new RangeInput(incoming, plan);
        var profile = new TableProfile(schema.Written);
        var cleaner = new RecordCleaner(schema, plan.Output, plan.Dialect);

        await using var feed = await input.OpenAsync(task, hash: null, cancellationToken);
        await using var writer = RecordWriters.Project(schema, new ProfileWriter(profile));
        do
        {
            while (feed.TryRead()) cleaner.TryClean(feed.Current, writer, out _);
        }
        while (await feed.FillAsync(cancellationToken));

        var (first, next, rows, lines) = feed.End();
        await using (var part = await folder.GetPart(ProfileParts.OfRange(task.Start, first))
            .OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken))
            await profile.WriteAsync(part, cancellationToken);
        return new RangeOutcome(
            task.Label, task.Start, task.End, first, next, rows, lines, cleaner.Accepted, 0, 0, input.Bytes, input.Requests);
    }
}
