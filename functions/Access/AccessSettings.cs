namespace Serverless.Access;

/// <summary>Roles of callers.</summary>
internal enum AccessRole
{
    /// <summary>Looks at everything and changes nothing.</summary>
    Read,

    /// <summary>Does everything.</summary>
    Operate,
}

/// <summary>Roles of keys and people, read from <c>Access__*</c>. What is not named here may do everything that its key opens.</summary>
internal sealed class AccessSettings
{
    /// <summary>Keys of the Functions app, by the names under which their actions are recorded.</summary>
    public Dictionary<string, KeyGrant> Keys { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// True where App Service authentication stands before the app: only then does the platform itself write the headers that say who
    /// signed in.
    /// </summary>
    public bool SignIn { get; init; }

    /// <summary>The app role without which who signed in may only read; null lets everyone operate.</summary>
    public string? OperatorRole { get; init; }
}

/// <summary>A key.</summary>
internal sealed class KeyGrant
{
    /// <summary>The SHA-256 of the key, in hexadecimal digits: the key itself is no setting.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Its role.</summary>
    public AccessRole Role { get; init; } = AccessRole.Operate;
}
