using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Serverless.Email;
using Serverless.Http;
using Serverless.Notifications;
using Serverless.Tasks;

namespace Serverless.Alarms;

/// <summary>Looks an alarm over before it is put: the caller learns all that is wrong at once.</summary>
internal sealed partial class AlarmCheck(IEnumerable<IAlarmSource> sources, IOptions<NotificationSettings> settings)
{
    /// <summary>The rule of names, as a sentence.</summary>
    public const string NameRule = "Give 1 to 60 lower-case letters, digits and . _ - , the first of them a letter or digit.";

    private const int MaxReceivers = 10;
    private const int MaxMinRuns = 1_000_000;
    private const double MaxTimes = 1_000;

    private static readonly TimeSpan MinTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(7);

    /// <summary>The members that each kind has, besides those of all.</summary>
    private static readonly Dictionary<AlarmKind, string[]> Members = new()
    {
        [AlarmKind.ScheduleLate] = ["schedule", "after"],
        [AlarmKind.QueueAge] = ["queue", "after"],
        [AlarmKind.FailureRate] = ["queue", "task", "above", "times", "minRuns", "within"],
    };

    /// <summary>All that is wrong with an alarm.</summary>
    public async Task<ValidationErrors> FindFaultsAsync(string name, AlarmDefinition definition, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        if (!IsName(name)) faults.Add("name", NameRule);
        var own = Members[definition.When];
        foreach (var (member, value) in ListMembers(definition))
        {
            if (value is not null && !own.Contains(member)) faults.Add(member, $"Alarms of this kind have {string.Join(", ", own)}.");
        }

        if (definition.When != AlarmKind.FailureRate) CheckTime("after", definition.After, MaxTime, isRequired: true, faults);
        else CheckRate(definition, faults);
        CheckTime("quiet", definition.Quiet, MaxTime, isRequired: false, faults);
        CheckReceivers(definition, faults);
        await sources.Single(s => s.Kind == definition.When).CheckAsync(definition, faults, cancellationToken);
        return faults;
    }

    /// <summary>True for what an alarm may be named.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    private static (string Member, object? Value)[] ListMembers(AlarmDefinition definition) =>
    [
        ("schedule", definition.Schedule), ("queue", definition.Queue), ("task", definition.Task), ("after", definition.After),
        ("above", definition.Above), ("times", definition.Times), ("minRuns", definition.MinRuns), ("within", definition.Within),
    ];

    private static void CheckRate(AlarmDefinition definition, ValidationErrors faults)
    {
        if (definition is { Queue: not null, Task: not null }) faults.Add("task", "Give queue or task, not both.");
        if (definition.Above is not (>= 0 and < 1)) faults.Add("above", "Is required: a share of the runs, at least 0 and less than 1.");
        if (definition.Times is not (null or (> 1 and <= MaxTimes)))
            faults.Add("times", string.Create(CultureInfo.InvariantCulture, $"Give more than 1, and at most {MaxTimes}."));
        if (definition.MinRuns is not (null or (>= 1 and <= MaxMinRuns))) faults.Add("minRuns", $"Give 1 to {MaxMinRuns}.");
        CheckTime("within", definition.Within, MaxWindow, isRequired: false, faults);
    }

    private static void CheckTime(string member, TimeSpan? time, TimeSpan max, bool isRequired, ValidationErrors faults)
    {
        if (time is null ? isRequired : time < MinTime || time > max)
            faults.Add(member, $"Give {ShortDurationConverter.Format(MinTime)} to {ShortDurationConverter.Format(max)}, such as \"10m\".");
    }

    private void CheckReceivers(AlarmDefinition definition, ValidationErrors faults)
    {
        if ((definition.Emails?.Count ?? 0) + (definition.Webhooks?.Count ?? 0) > MaxReceivers)
            faults.Add("emails", $"Give {MaxReceivers} receivers at most, of mail and webhooks together.");
        foreach (var email in (definition.Emails ?? []).Take(MaxReceivers))
        {
            if (!Mailbox.TryParse(email, out _, out var fault)) faults.Add("emails", fault);
        }

        foreach (var webhook in (definition.Webhooks ?? []).Take(MaxReceivers))
        {
            if (webhook is null) faults.Add("webhooks", "Give URLs.");
            else if (WebhookTarget.FindFault(webhook, settings.Value) is { } fault) faults.Add("webhooks", fault);
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,59}\z")]
    private static partial Regex Name();
}
