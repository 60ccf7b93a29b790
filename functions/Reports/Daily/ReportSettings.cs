using System.ComponentModel.DataAnnotations;

namespace Serverless.Reports.Daily;

/// <summary>The app's settings for daily reports, read from <c>Reports__*</c>.</summary>
public sealed class ReportSettings
{
    /// <summary>Who gets the day's report by e-mail: addresses, with commas between.</summary>
    /// <value>Nobody by default.</value>
    [MaxLength(4_000)]
    public string Recipients { get; set; } = "";

    /// <summary>How far back missed days are made up for, in days.</summary>
    /// <value>7 by default.</value>
    [Range(1, 31)]
    public int DaysMadeUp { get; set; } = 7;

    /// <summary>The recipients, one by one.</summary>
    public IReadOnlyList<string> RecipientList => Recipients.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
