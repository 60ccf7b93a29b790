using Serverless.Http;

namespace Serverless.Alarms;

/// <summary>Something that alarms of one kind watch.</summary>
internal interface IAlarmSource
{
    /// <summary>The kind of alarms.</summary>
    AlarmKind Kind { get; }

    /// <summary>Notes what is wrong with a definition of the kind.</summary>
    Task CheckAsync(AlarmDefinition definition, ValidationErrors faults, CancellationToken cancellationToken);

    /// <summary>Looks once at what all of them watch.</summary>
    /// <returns>What each of them found, in their order.</returns>
    Task<IReadOnlyList<AlarmFindings>> FindAsync(
        IReadOnlyList<AlarmDefinition> alarms, DateTimeOffset now, CancellationToken cancellationToken);
}
