using System.ComponentModel.DataAnnotations;
using Serverless.Email;

namespace Serverless.Reports;

/// <summary>The app's settings for daily reports, read from <c>Reports__*</c>.</summary>
internal sealed class ReportSettings : IValidatableObject
{
    private const int MaxRecipients = 50;

    /// <summary>The receivers of the day's report by e-mail: up to 50 addresses, with commas between, all of whom see each other.</summary>
    /// <value>Nobody by default.</value>
    public string Recipients { get; set; } = "";

    /// <summary>The number of days up to which missed days are made up for.</summary>
    /// <value>7 by default.</value>
    [Range(1, 31)]
    public int DaysMadeUp { get; set; } = 7;

    /// <summary>The recipients, one by one.</summary>
    public IReadOnlyList<string> RecipientList =>
        Recipients.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RecipientList.Count > MaxRecipients)
            yield return new ValidationResult(
                $"Reports__Recipients has {RecipientList.Count} addresses; give at most {MaxRecipients}.", [nameof(Recipients)]);
        foreach (var address in RecipientList)
        {
            if (!Mailbox.TryParse(address, out _, out var fault))
                yield return new ValidationResult($"Reports__Recipients has \"{address}\". {fault}", [nameof(Recipients)]);
        }
    }
}
