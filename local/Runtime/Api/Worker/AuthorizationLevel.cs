namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which key a caller of an HTTP function needs. Only Azure checks keys; the local host lets everybody in, as <c>func start</c> does.</summary>
public enum AuthorizationLevel
{
    /// <summary>No key.</summary>
    Anonymous = 0,

    /// <summary>A signed-in user.</summary>
    User = 1,

    /// <summary>A key of the function. The default.</summary>
    Function = 2,

    /// <summary>The system key of an extension.</summary>
    System = 3,

    /// <summary>The app's master key.</summary>
    Admin = 4,
}
