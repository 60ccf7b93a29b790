using System.Text.Json;
using Serverless.Email;
using Serverless.Email.Jobs.Run;
using Serverless.Jobs;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;

namespace Serverless.Local.Planning;

/// <summary>A forecast of a mailing.</summary>
/// <param name="Recipients">How many mails.</param>
/// <param name="BatchSize">Mails of a batch.</param>
/// <param name="Batches">Activities that send.</param>
/// <param name="Parallel">How many of them send at once.</param>
/// <param name="Messages">Queue messages of the activities.</param>
/// <param name="Seconds">Without a rate limit; null when no mailing was measured yet.</param>
internal sealed record MailingPlan(int Recipients, int BatchSize, long Batches, int Parallel, long Messages, double? Seconds)
{
    private static readonly EmailSettings Defaults = new();
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<MailingPlan> MakeAsync(int recipients, JobCatalog? past, CancellationToken cancellationToken) =>
        Of(recipients, past is null ? null : await past.FindSpeedAsync(SendBatch.SpeedKind, null, cancellationToken));

    public static MailingPlan Of(int recipients, Speed? speed)
    {
        var size = BatchSizing.Choose(speed, Defaults);
        var batches = ((long)recipients + size - 1) / size;
        var parallel = (int)Math.Min(Defaults.MaxParallel, batches);
        return new MailingPlan(
            recipients, size, batches, parallel, 2 * batches, (speed?.EstimateTime(recipients) / parallel)?.TotalSeconds);
    }

    public void Show(IScreen screen, bool asJson)
    {
        if (asJson)
        {
            screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(this, Json)));
            return;
        }

        screen.WriteFacts(
        [
            ("Mails", Texts.FormatNumber(Recipients)),
            ("Time", Seconds is { } seconds ? Texts.FormatDuration(TimeSpan.FromSeconds(seconds)) : null),
            ("Batches", $"{Texts.FormatNumber(Batches)} of {Texts.FormatNumber(BatchSize)}"),
            ("At work at once", Texts.FormatNumber(Parallel)),
            ("Messages", Texts.FormatNumber(Messages)),
        ]);
        screen.WriteLine();
        screen.WriteLine(
            Seconds is null
                ? "No mailing was measured yet: how long it takes is the mail server's to say."
                    : "The time is what earlier mailings took for as many mails, without a rate limit.");
    }
}
