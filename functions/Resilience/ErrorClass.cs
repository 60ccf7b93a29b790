using System.Text.Json.Serialization;

namespace Serverless.Resilience;

/// <summary>The kinds of errors, as far as they decide what to do next.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorClass>))]
internal enum ErrorClass
{
    /// <summary>Another service could not be reached or broke off: likely to pass.</summary>
    Connection,

    /// <summary>The run took too long.</summary>
    Timeout,

    /// <summary>The arguments are wrong: the same ones will fail again.</summary>
    Validation,

    /// <summary>The arguments are well formed, but the business forbids it now.</summary>
    BusinessRule,

    /// <summary>Memory, disk or another bounded resource ran out.</summary>
    ResourceExhaustion,

    /// <summary>Nothing of the above.</summary>
    Other,
}
